export { closureEntities, type ClosureModule, createClosureModule } from './closure.module';
