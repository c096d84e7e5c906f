/** The door of ethics: nobody but the composition asks; it adds fairness to versions by itself. */
export { createEthicsModule, ethicsEntities, type EthicsModule } from './ethics.module';
