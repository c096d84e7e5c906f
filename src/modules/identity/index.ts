export { authorize, Can, Public } from './access';
export { Customer } from './customer.entity';
export { SortDirection } from './customer.input';
export { EndUser } from './end-user.entity';
export type { IdentityLoaders } from './identity.loader';
export { createIdentityModule, identityEntities, type IdentityModule } from './identity.module';
export { actingCustomer, type IdentityService } from './identity.service';
export { may, type Permission } from './permissions';
export { Staff } from './staff.entity';
