#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The SDK's notice about coming Node versions is for those who build this, not for those who use it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const here = dirname(fileURLToPath(import.meta.url));
// A clone runs its sources; a package has none, and what was built of them.
const isClone = existsSync(join(here, 'main.ts'));
if (isClone) await import('../resources/sources.mjs');
const { main } = await import(isClone ? './main.ts' : '../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2), { projectRoot: join(here, '..', isClone ? '.' : 'dist') });
