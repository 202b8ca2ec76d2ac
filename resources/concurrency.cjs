// How many requests of machines are served at once. Anyone with a machine's credentials can flood the Node API: what it
// can take of the account's concurrency (1,000, shared with everything else there) ends here, and so does what reaches EC2
// and KMS. Callers beyond it are answered 503 and try again, as the node script does.
//
// Only where it is asked for: RESERVE_CONCURRENCY=1 npx sls deploy. Lambda refuses to reserve what would leave the rest of the
// account less than 100, and the quota of a new account ("Concurrent executions", L-B99A9384) is 10, so that a first deploy
// would fail. Without reservations the whole account is what ends a flood.
const served = {
  GetBundle: 20, // a read of S3 each: more than 100 a second
  GetEtcd: 3, // a member that starts on an empty disk asks once
  PostCertificates: 20, // DescribeInstances answers 20 a second for the whole account, so more would only wait
  PostSnapshot: 2, // once in each backup
  PostReport: 50, // five for each boot; 5,000 nodes that boot within ten minutes send 42 a second
  PostPodRange: 5, // up to four routes each, and EC2 takes about five changes a second
};

const extensionsFor = (environment) =>
  environment.RESERVE_CONCURRENCY !== '1'
    ? {}
    : {
        extensions: Object.fromEntries(
          Object.entries(served).map(([name, count]) => [
            `${name}LambdaFunction`,
            { Properties: { ReservedConcurrentExecutions: count } },
          ]),
        ),
      };

module.exports = () => extensionsFor(process.env);
module.exports.extensionsFor = extensionsFor;
