export { authorize, Can, Public } from './access';
export { Customer } from './customer/customer.entity';
export type { CustomerStanding } from './customer/customer-standing.service';
export { SortDirection } from './customer/customer.input';
export { EndUser } from './end-user/end-user.entity';
export type { EndUserStanding } from './end-user/end-user-standing.service';
export type { IdentityLoaders } from './identity.loader';
export { createIdentityModule, identityEntities, type IdentityModule } from './identity.module';
export {
  actingCustomer,
  type IdentityService,
  type SignUpAttribution,
  type SignUpHook,
} from './identity.service';
export { may, type Permission } from './permissions';
export { PERSON_COUNTS_SQL, PERSON_OPEN_SQL } from './end-user/person-open';
export { isActiveStaff, Staff } from './staff/staff.entity';
