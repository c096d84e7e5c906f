export { createStripeSandbox, type StripeSandbox } from './stripe-sandbox';
