// Writes one key after another to the master that the sentinels name, and prints what was
// acknowledged: "ack <number>". Ends when its input does.
//   node writer.js <ioredis|node-redis> <master name> <key prefix> <json of the options>

import fs from 'node:fs';

const [library, masterName, prefix, json] = process.argv.slice(2);
const options = JSON.parse(json);
const sentinels = options.sentinels;
const read = (file) => fs.readFileSync(file);
const tls = options.ca
  ? { ca: read(options.ca), cert: read(options.cert), key: read(options.key) }
  : undefined;

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

async function ioredis() {
  const { Redis } = await import('ioredis');
  let closed = false;
  let client;
  const connect = () => {
    client = new Redis({
      sentinels,
      name: masterName,
      failoverDetector: true,
      sentinelRetryStrategy: () => 100,
      retryStrategy: () => 50,
      maxRetriesPerRequest: 0,
      username: options.username,
      password: options.password,
      sentinelUsername: options.sentinelUsername,
      sentinelPassword: options.password,
      tls,
      sentinelTLS: tls,
      enableTLSForSentinelMode: Boolean(tls),
    });
    client.on('error', () => {});
    // It ends for good when +switch-master comes while it asks a sentinel (FailoverDetector closes
    // the connector, and a closed connector ends the client): an application makes a new one.
    client.once('end', () => closed || setTimeout(connect, 50));
  };
  connect();
  return {
    set: (key, value) => client.set(key, value),
    close: () => {
      closed = true;
      client.disconnect();
    },
  };
}

async function nodeRedis() {
  const { createSentinel } = await import('redis');
  const socket = tls ? { tls: true, ...tls } : {};
  const client = createSentinel({
    name: masterName,
    sentinelRootNodes: sentinels,
    sentinelClientOptions: {
      username: options.sentinelUsername,
      password: options.password,
      socket,
    },
    nodeClientOptions: { username: options.username, password: options.password, socket },
    scanInterval: 1000,
    maxCommandRediscovers: 1,
  });
  client.on('error', () => {});
  await client.connect();
  return { set: (key, value) => client.set(key, value), close: () => client.destroy() };
}

const client = await (library === 'ioredis' ? ioredis() : nodeRedis());
let stopped = false;
process.stdin.on('end', () => {
  stopped = true;
});
process.stdin.resume();

for (let number = 1; !stopped; number++) {
  try {
    if ((await client.set(`${prefix}:${number}`, String(number))) === 'OK') {
      process.stdout.write(`ack ${number}\n`);
    }
  } catch (error) {
    process.stderr.write(`${error}\n`);
  }
  await pause(5);
}
client.close();
process.exit(0);
