// The function of every state: one for each file below functions/steps, with the role that resources/roles.cjs makes for it.
const { readdirSync } = require('node:fs');
const { basename, join } = require('node:path');

const steps = join(__dirname, '..', 'functions', 'steps');

const pascal = (name) => name[0].toUpperCase() + name.slice(1);

/** What a step needs besides what all functions have. */
const needs = {
  deleteObjects: { environment: { BUCKET_NAME: '${self:custom.bucket}' } },
  disableSchedules: { environment: { SCHEDULE_GROUP: { Ref: 'ScheduleGroup' } } },
  // Streams a file of some 100 MB from its publisher into the bucket.
  mirrorAsset: { timeout: 120, memorySize: 1024 },
};

module.exports = () =>
  Object.fromEntries(
    readdirSync(steps, { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => {
        const name = basename(file, '.ts');
        const handler = `functions/steps/${file.slice(0, -'.ts'.length)}.handler`;
        return [name, { handler, role: `${pascal(name)}Role`, ...needs[name] }];
      }),
  );
