// Viewers of a realm's feed who only read.
// usage: node viewers.mjs WS_URL COUNT     prints "watching" when each has its first update, and at SIGTERM {"updates", "bytes"}
import WebSocket from 'ws';

const [url, count] = process.argv.slice(2);
let [updates, bytes, began] = [0, 0, 0];
for (let i = 0; i < Number(count); i++) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let first = true;
  socket.on('message', (message) => {
    updates += 1;
    bytes += message.length;
    if (first && ++began === Number(count)) console.log('watching');
    first = false;
  });
  socket.on('close', (code, reason) => {
    console.error(`a viewer was closed: ${code} ${reason}`);
    process.exit(1);
  });
}
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ updates, bytes }));
  process.exit(0);
});
