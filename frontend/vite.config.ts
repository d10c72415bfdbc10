import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";
import { defineConfig, type Plugin } from "vite";
import { ICONS } from "./tools/icons.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const product = join(here, "../zhibu");

/** One SVG file with a symbol for each icon in use. */
function sprite(): Plugin {
  return {
    name: "sprite",
    generateBundle() {
      const symbols = ICONS.map((name) => {
        const svg = readFileSync(join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
        const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
        return `<symbol id="i-${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
      });
      this.emitFile({
        type: "asset",
        name: "sprite.svg",
        originalFileName: "app/sprite.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
    },
  };
}

/** Files whose words keep a CSS rule alive. */
function sources(folder: string, endings: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.test(join(entry.parentPath, entry.name)) && !/node_modules|\/static\//.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Drops the parts of Tabler that no template, view or controller names. Our own styles stay whole. */
function purgeTabler(): Plugin {
  return {
    name: "purge-tabler",
    enforce: "pre",
    async transform(code, id) {
      if (!id.endsWith("tabler.min.css")) return null;
      const [result] = await new PurgeCSS().purge({
        content: [...sources(product, /(\.html|forms\.py|widgets\.py|templatetags\/ui\.py)$/), ...sources(join(here, "app"), /\.ts$/)],
        css: [{ raw: code }],
        variables: true,
        keyframes: true,
        fontFace: true,
        safelist: { standard: ["html", "body", "show", "disabled", "active"] },
        defaultExtractor: (text: string) => text.match(/[\w-/:]+(?<!:)/g) ?? [],
      });
      const css = result?.css ?? code;
      return { code: css.replace(/[^{}]*:has\([^{}]*\{[^{}]*\}/g, ""), map: null };
    },
  };
}

/** Refuses to build what Chromium 86 cannot read. */
function oldBrowsers(): Plugin {
  return {
    name: "old-browsers",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        const found = /oklch\(|light-dark\(|color-mix\(|:has\(|:is\(|:where\(|@layer|@container|[;{]inset:/.exec(String(file.source));
        if (found) this.error(`${file.fileName}: ${found[0]} is unknown to Chromium 86`);
      }
    },
  };
}

export default defineConfig({
  root: here,
  base: "/static/app/",
  publicDir: false,
  plugins: [purgeTabler(), sprite(), oldBrowsers()],
  build: {
    // 360, QAX and old WebView in county offices: Chromium 86.
    target: "chrome86",
    cssTarget: "chrome86",
    // Beside what is served: tools/publish.js puts it in place when all of it is there.
    outDir: join(here, "built"),
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: "app/main.ts",
      output: {
        entryFileNames: "assets/[name]-[hash:8].js",
        chunkFileNames: "assets/[name]-[hash:8].js",
        assetFileNames: "assets/[name]-[hash:8][extname]",
      },
    },
  },
});
