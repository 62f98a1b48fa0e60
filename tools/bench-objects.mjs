// Writes a trail anew as many small log files: node tools/bench-objects.mjs FROM TO [FILES]
// As an ordinary trail has them: of 20 kB in the middle, some much smaller, some larger.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const MEDIAN = 20_000;
const SPREAD = 0.8;
const [from, to, most = "20000"] = process.argv.slice(2);

// The same numbers every time.
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

let written = 0;
// The demo writes records one after the other, each with this at its beginning.
const between = ',{"eventVersion"';
const logs = readdirSync(from, { recursive: true }).filter((name) => name.includes("/CloudTrail/") && name.endsWith(".json.gz"));
for (const name of logs.sort()) {
  const packed = readFileSync(join(from, name));
  const text = gunzipSync(packed).toString();
  const records = text.slice('{"Records":['.length, -"]}".length).split(between);
  const bytes = packed.length / records.length;
  for (let at = 0; at < records.length && written < Number(most); written++) {
    const wanted = Math.max(1, Math.round((MEDIAN * Math.exp(SPREAD * normal())) / bytes));
    const some = records.slice(at, at + wanted).join(between);
    const first = at === 0 ? "" : '{"eventVersion"';
    const path = join(to, name.replace(/\.json\.gz$/, `${at}.json.gz`));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(`{"Records":[${first}${some}]}`, { level: 5 }));
    at += wanted;
  }
}
