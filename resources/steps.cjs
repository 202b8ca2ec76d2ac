// The function of every state: one for each file below functions/steps, with the role that resources/roles.cjs makes for it.
const { basename } = require('node:path');
const { functionSources, pascal } = require('./functionSources.cjs');

/** What a step needs besides what all functions have. */
const needs = {
  deleteObjects: { environment: { BUCKET_NAME: '${self:custom.bucket}' } },
  disableSchedules: { environment: { SCHEDULE_GROUP: { Ref: 'ScheduleGroup' } } },
  // Streams a file of some 100 MB from its publisher into the bucket.
  mirrorAsset: { timeout: 120, memorySize: 1024 },
};

module.exports = () =>
  Object.fromEntries(
    functionSources('functions/steps').map((source) => {
      const name = basename(source);
      return [name, { handler: `${source}.handler`, role: `${pascal(name)}Role`, ...needs[name] }];
    }),
  );
