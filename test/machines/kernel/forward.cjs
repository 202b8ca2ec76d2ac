// One connection of the emulated machine to the metadata service: its standard input and output, and a port of this host.
const server = require('node:net').connect(Number(process.argv[2]), '127.0.0.1');
process.stdin.pipe(server).pipe(process.stdout);
server.on('error', () => process.exit(1));
server.on('close', () => process.exit(0));
