// As much of an Ethereum JSON-RPC endpoint as contract wallets need, with every way to misbehave.
import http from 'node:http';
import { once } from 'node:events';

const MAGIC = `0x1626ba7e${'0'.repeat(56)}`;
const NO = `0x${'f'.repeat(8)}${'0'.repeat(56)}`;
const BLOCK = { number: '0x10', timestamp: '0x65000000' };

const results = {
  eth_call: (behaves) => (behaves === 'approves' ? MAGIC : NO),
  eth_blockNumber: () => BLOCK.number,
  eth_getBlockByNumber: (_, [number]) => (number === '0x1' ? { number, timestamp: '0x60000000' } : BLOCK),
};

export class Ethereum {
  /** approves | refuses | reverts | hangs | redirects | fails | talks nonsense | floods */
  behaves = 'approves';
  /** Every JSON-RPC request received. */
  requests = [];
  /** How many requests came to where `redirects` points. */
  redirected = 0;

  static async start() {
    const ethereum = new Ethereum();
    ethereum.server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => ethereum.#answer(request, body, response));
    });
    ethereum.server.listen(0, '127.0.0.1');
    await once(ethereum.server, 'listening');
    ethereum.url = `http://127.0.0.1:${ethereum.server.address().port}/rpc`;
    return ethereum;
  }

  #answer(request, body, response) {
    if (request.url === '/elsewhere') this.redirected += 1;
    else if (this.behaves === 'hangs') return;
    else if (this.behaves === 'redirects') return response.writeHead(307, { location: '/elsewhere' }).end();
    else if (this.behaves === 'fails') return response.writeHead(500).end();
    else if (this.behaves === 'talks nonsense') return response.end('<html>');
    else if (this.behaves === 'floods') return response.end(Buffer.alloc(8 * 1024 * 1024, '['));
    const call = JSON.parse(body);
    const calls = [call].flat();
    this.requests.push(...calls);
    const answers = calls.map((one) => this.#result(one));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(call) ? answers : answers[0]));
  }

  #result({ id, method, params }) {
    if (method === 'eth_call' && this.behaves === 'reverts')
      return { jsonrpc: '2.0', id, error: { code: 3, message: 'execution reverted' } };
    return { jsonrpc: '2.0', id, result: results[method](this.behaves, params) };
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
