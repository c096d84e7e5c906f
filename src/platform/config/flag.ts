/** A variable that is on or off. */
import { z } from 'zod';

export const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
