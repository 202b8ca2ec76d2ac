// A deployment bundles every function. A local run needs the template alone and loads the same sources by itself:
// TEMPLATE_ONLY=1 leaves the bundling out, and with it most of the time.
const templateOnly = process.env.TEMPLATE_ONLY === '1';

module.exports = () => ({
  plugins: ['./resources/deployment.cjs', ...(templateOnly ? [] : ['serverless-esbuild'])],
  package: templateOnly ? { artifact: 'resources/packaging.cjs' } : { individually: true },
});
