// Logins per second of the official library (@dcl/crypto) over the chains that auth_bench wrote.
// usage: node auth.mjs CHAINS.json [SECONDS]     prints one JSON object: {"three_links": logins/s, "two_links": logins/s}
import { readFileSync } from 'node:fs'
import { Authenticator } from '@dcl/crypto'

const [path, seconds = '2'] = process.argv.slice(2)
const chains = JSON.parse(readFileSync(path, 'utf8'))

async function logIn({ challenge, chain_json }) {
  const chain = JSON.parse(chain_json)
  const result = await Authenticator.validateSignature(challenge, chain, null, chains.now)
  if (!result.ok) throw new Error(`a good login was refused: ${result.message}`)
}

/** Verifies chain after chain for a while, after a hundred to warm up. */
async function rate(attempts) {
  for (const attempt of attempts.slice(0, 100)) await logIn(attempt)
  const start = process.hrtime.bigint()
  const end = start + BigInt(Math.round(Number(seconds) * 1e9))
  let count = 0
  while (process.hrtime.bigint() < end) await logIn(attempts[count++ % attempts.length])
  return count / (Number(process.hrtime.bigint() - start) / 1e9)
}

console.log(JSON.stringify({ three_links: await rate(chains.three_links), two_links: await rate(chains.two_links) }))
