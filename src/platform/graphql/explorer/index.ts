export { addExplorer } from './explorer';
