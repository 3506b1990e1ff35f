// A NATS server of one's own, with JetStream, on a loopback port that it keeps over restarts.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { until, within } from './wait.mjs';

const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find(existsSync) ?? 'nats-server';

/** Why tests that need a NATS server leave themselves out; false where there is one. */
export const WITHOUT_NATS = spawnSync(PROGRAM, ['--version']).status === 0 ? false : 'there is no nats-server here';

export class NatsServer {
  port = 0;

  /**
   * `config`: lines of its configuration file; `args`: more of its own, e.g. another such file.
   * @param {{jetstream?: boolean, config?: string, args?: string[], env?: Record<string, string>}} [options]
   */
  static async start({ jetstream = true, config = '', args = [], env = {} } = {}) {
    const server = new NatsServer();
    Object.assign(server, { args, env });
    server.folder = mkdtempSync(join(tmpdir(), 'nats-'));
    writeFileSync(join(server.folder, 'nats.conf'), config);
    server.storage = jetstream ? ['-js', '-sd', server.folder] : [];
    await server.begin();
    return server;
  }

  /** Starts one, lends it to `act`, and ends it whatever happens. */
  static async during(act, options) {
    const server = await NatsServer.start(options);
    try {
      await act(server);
    } finally {
      await server.end();
    }
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it again where it was, with what it had stored; or for the first time on any free port. */
  async begin() {
    const args = ['-a', '127.0.0.1', '-p', String(this.port || -1), '--ports_file_dir', this.folder];
    const config = this.args.includes('-c') ? [] : ['-c', join(this.folder, 'nats.conf')];
    this.child = spawn(PROGRAM, [...args, ...config, ...this.args, ...this.storage, '-l', join(this.folder, 'log')], {
      env: { ...process.env, ...this.env },
      stdio: 'ignore',
    });
    const kill = () => this.child.kill('SIGKILL');
    process.once('exit', kill);
    this.gone = once(this.child, 'exit').then(() => process.off('exit', kill));
    const ports = join(this.folder, `nats-server_${this.child.pid}.ports`);
    const told = await until(() => existsSync(ports) && readFileSync(ports, 'utf8').includes('}') && readFileSync(ports, 'utf8'), 'the NATS server');
    this.port = Number(new URL(JSON.parse(told).nats[0]).port);
    await until(() => accepts(this.port), 'the NATS server accepts connections');
  }

  /** What it wrote since its first start. */
  log() {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** A connection of the official client. @param {import('nats').ConnectionOptions} [options] */
  client(options = {}) {
    return connect({ servers: this.url, ...options });
  }

  /** Stops and goes on, as a machine that is out of breath. */
  freeze() {
    this.child.kill('SIGSTOP');
  }
  thaw() {
    this.child.kill('SIGCONT');
  }

  async kill() {
    this.child.kill('SIGKILL');
    await within(this.gone, 'the NATS server is gone');
  }

  async end() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
