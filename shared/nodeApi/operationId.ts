import * as z from 'zod';

/** The id of an operation as machines say it back: the form that the SSM document and the node script hold it to, too. */
export const operationId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
