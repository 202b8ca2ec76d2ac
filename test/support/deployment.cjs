// Which deployment functions belong to, where a test calls them outside a deployed stack.
process.env.DEPLOYMENT_ID = 'kubestep-dev-us-east-1';
