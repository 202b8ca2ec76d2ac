import * as z from 'zod';

/** The types of EBS volumes that the model knows; st1, sc1 and standard are none for a node. */
export const volumeTypeInput = z.enum(['gp2', 'gp3', 'io1', 'io2']);
