// Writes .gz and .br beside every text file of the build; the server sends them as they are.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../built/assets/", import.meta.url);
let total = 0;
for (const name of readdirSync(folder)) {
  if (!/\.(css|js|svg)$/.test(name)) continue;
  const body = readFileSync(new URL(name, folder));
  const gz = gzipSync(body, { level: 9 });
  const br = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(new URL(`${name}.gz`, folder), gz);
  writeFileSync(new URL(`${name}.br`, folder), br);
  total += gz.length;
  console.log(`${name}: ${body.length} bytes, gzip ${gz.length}, brotli ${br.length}`);
}
console.log(`all: gzip ${total} bytes`);
