// One script for a browser from a module with everything that it imports: node bundle.mjs <module> <file>

import { build } from 'esbuild';

const [module, file] = process.argv.slice(2);
await build({ entryPoints: [module], outfile: file, bundle: true, format: 'esm', logLevel: 'error' });
