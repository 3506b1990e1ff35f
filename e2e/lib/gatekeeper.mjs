// A server of deny lists and ban checks, with every way to misbehave.
import http from 'node:http';
import { once } from 'node:events';

export class Gatekeeper {
  /** answers | hangs | redirects | fails | talks nonsense | says nothing */
  behaves = 'answers';
  /** Addresses on the deny list, and those whom the ban check calls banned. */
  listed = new Set();
  banned = new Set();
  /** Paths asked for, in order. */
  requests = [];

  static async start() {
    const keeper = new Gatekeeper();
    keeper.server = http.createServer((request, response) => keeper.#answer(request, response));
    keeper.server.listen(0, '127.0.0.1');
    await once(keeper.server, 'listening');
    keeper.url = `http://127.0.0.1:${keeper.server.address().port}`;
    keeper.listUrl = `${keeper.url}/denylist.json`;
    return keeper;
  }

  #answer(request, response) {
    this.requests.push(request.url);
    if (this.behaves === 'hangs') return;
    else if (this.behaves === 'redirects') return response.writeHead(302, { location: '/elsewhere' }).end();
    else if (this.behaves === 'fails') return response.writeHead(500).end('{"users":[]}');
    else if (this.behaves === 'talks nonsense') return response.end('<html>');
    else if (this.behaves === 'says nothing') return response.end('{}');
    const address = /^\/users\/(0x[0-9a-f]{40})\/bans$/.exec(request.url)?.[1];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(address ? this.#verdict(address) : this.#list()));
  }

  #verdict(address) {
    const isBanned = this.banned.has(address);
    return { data: { isBanned, ...(isBanned && { ban: { reason: 'a test' } }) } };
  }

  #list() {
    return { users: [...this.listed].map((wallet) => ({ wallet })) };
  }

  /** How often a path was asked for. */
  asked(path) {
    return this.requests.filter((one) => one === path).length;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
