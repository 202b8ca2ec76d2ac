// Lets Node run the sources of a clone without a build: `node --import ./resources/sources.mjs FILE.ts`. tsx translates
// TypeScript, and files that are no code are imported as text.
import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

registerTypeScript();
// Registered later, asked earlier.
register('./textHook.mjs', import.meta.url);
