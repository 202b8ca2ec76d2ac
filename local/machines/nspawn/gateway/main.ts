import { connect } from 'node:net';
import { createRealClock } from '../../../clock/realClock.ts';
import { type Order, onMessages, writeMessage } from './controlMessages.ts';
import { GatewayServices } from './gatewayServices.ts';
import { Doors } from './portForwards.ts';

// The gateway of a VPC, run in the VPC's namespace: `main.ts CONTROL_SOCKET`. It does what its parent says over that socket
// and ends with it, so that no gateway outlives the process that knows of it.
const control = connect(process.argv[2] ?? '');
control.on('close', () => process.exit(0));
control.on('error', () => process.exit(1));

const services = new GatewayServices(createRealClock(), (change) => {
  writeMessage(control, { report: 'targetHealth', change });
});
const doors = new Doors();

function follow(order: Order): Promise<void> {
  switch (order.order) {
    case 'start':
      return services.start(order.tls);
    case 'configure':
      return services.configure(order.configuration);
    case 'openDoor':
      return doors.open(order.path, order.address, order.port);
    case 'closeDoor':
      return doors.close(order.path);
  }
}

/** Orders are followed one after the other, as they came. */
let last: Promise<void> = Promise.resolve();
onMessages<Order>(control, (order) => {
  last = last.then(async () => {
    const failure = await follow(order).then(
      () => undefined,
      (error: Error) => error.message,
    );
    writeMessage(control, { report: 'done', id: order.id, ...(failure !== undefined && { failure }) });
  });
});
