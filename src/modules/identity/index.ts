export { authorize, Can, Public } from './access';
export { Customer } from './customer.entity';
export { SortDirection } from './customer.input';
export { EndUser } from './end-user.entity';
export type { EndUserStanding } from './end-user-standing.service';
export type { IdentityLoaders } from './identity.loader';
export { createIdentityModule, identityEntities, type IdentityModule } from './identity.module';
export {
  actingCustomer,
  type IdentityService,
  type SignUpAttribution,
  type SignUpHook,
} from './identity.service';
export { may, type Permission } from './permissions';
export { PERSON_OPEN_SQL } from './person-open';
export { Staff } from './staff.entity';
