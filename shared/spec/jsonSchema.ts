import * as z from 'zod';
import { clusterSpec } from './schema.ts';

/** The JSON Schema of `cluster.yaml`, for editors; published as docs/cluster.schema.json. */
export const clusterJsonSchema = (): z.core.JSONSchema.BaseSchema => z.toJSONSchema(clusterSpec, { io: 'input' });
