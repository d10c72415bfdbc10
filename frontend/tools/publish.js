// Puts a finished build beside the files that a running server still gives out: node tools/publish.js [FROM TO]
//
// A name carries a digest of what is in the file, so a new file never takes the place of another one; each is moved
// in whole. The manifest, which a server reads when it starts, is renamed into place last. Files of earlier builds
// stay for servers that were not started again and for pages that are open, and go thirty days after they were
// replaced.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const KEPT_DAYS = 30;
const ours = ["../built", "../../zhibu/static"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const [from, to] = process.argv.length > 3 ? process.argv.slice(2) : ours;
const manifest = join(to, "manifest.json");
const target = join(to, "assets");

/** What the manifest names, and the compressed ones beside. */
function namedBy(text) {
  return Object.values(JSON.parse(text))
    .flatMap((entry) => [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])])
    .flatMap((file) => [file, `${file}.gz`, `${file}.br`]);
}

const fresh = new Set(readdirSync(join(from, "assets")));
mkdirSync(target, { recursive: true });
for (const name of fresh) {
  if (!existsSync(join(target, name))) renameSync(join(from, "assets", name), join(target, name));
}
const now = Date.now() / 1000;
const served = existsSync(manifest) ? namedBy(readFileSync(manifest, "utf8")) : [];
for (const file of served) {
  // Its time says when it was replaced.
  if (existsSync(join(to, file))) utimesSync(join(to, file), now, now);
}
renameSync(join(from, "manifest.json"), manifest);
for (const name of readdirSync(target)) {
  const age = now - statSync(join(target, name)).mtimeMs / 1000;
  if (!fresh.has(name) && age > KEPT_DAYS * 86_400) rmSync(join(target, name));
}
