// What a browser loads for the dashboard, as it is sent (brotli): node tools/sizes.mjs target/site
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const LIMIT = 450_000
const pkg = join(process.argv[2], 'pkg')
const files = readdirSync(pkg).filter((name) => name.endsWith('.br'))
const sizes = files.map((name) => [name.slice(0, -3), statSync(join(pkg, name)).size]).sort((a, b) => b[1] - a[1])
const total = sizes.reduce((sum, [, size]) => sum + size, 0)
for (const [name, size] of sizes) console.log(`${name.padEnd(32)}${(size / 1000).toFixed(1).padStart(8)} kB`)
const verdict = total <= LIMIT ? 'met' : 'MISSED'
console.log(`${'in all'.padEnd(32)}${(total / 1000).toFixed(1).padStart(8)} kB (target ≤ ${LIMIT / 1000} kB: ${verdict})`)
