import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { packageTemplate } from './packageTemplate.ts';

const require = createRequire(import.meta.url);

/**
 * What `npm pack` puts into the package, in `dist`: the command and every function as plain JavaScript with all that they
 * import, the stack's template, and the sample inputs. An installed command needs no loader, no other package and no network.
 */
async function buildPackage(projectRoot: string): Promise<void> {
  const folder = join(projectRoot, 'dist');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const plugins = (require(join(projectRoot, 'resources', 'esbuildPlugins.cjs')) as () => Plugin[])();
  const functions = readdirSync(join(projectRoot, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('functions', file));
  await build({
    absWorkingDir: projectRoot,
    // Together, so that the functions of a local world share the SDK clients that the world hooks.
    entryPoints: ['cli/main.ts', ...functions],
    outbase: '.',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Names stay: states match names of errors, and a stack must be readable.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);" },
    plugins,
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'template.json'), JSON.stringify(await packageTemplate(projectRoot)));
  cpSync(join(projectRoot, 'events'), join(folder, 'events'), { recursive: true });
  const { name, version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module' }));
}

await buildPackage(process.cwd());
