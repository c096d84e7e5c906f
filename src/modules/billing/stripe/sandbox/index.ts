export { createStripeSandbox, type StripeSandbox, type StripeSandboxSettings } from './stripe-sandbox';
