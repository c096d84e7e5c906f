/** Variables by their names whose values are shown to nobody, and to no child process. */
export const SECRET = /KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL|HEADERS/;
