/** The client of tests is the client of the demo: what a frontend team would write. */
export { GraphqlClient, type UserErrorData } from '../../src/app/demo/graphql-client';
