// Copies the fonts that prints are set in (OFL) from their npm packages into the Python package.
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FONTS = {
  "noto-serif-sc": ["400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf"],
  "noto-sans-sc": ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"],
  "noto-sans-yi": ["400Regular/NotoSansYi_400Regular.ttf"],
};
const from = new URL("../node_modules/@expo-google-fonts/", import.meta.url);
const to = new URL("../../zhibu/printing/fonts/", import.meta.url);

mkdirSync(to, { recursive: true });
for (const [family, files] of Object.entries(FONTS)) {
  for (const file of files) {
    // Under another name first: a print may be reading the font that is there.
    const name = file.split("/")[1];
    copyFileSync(new URL(`${family}/${file}`, from), new URL(`${name}.new`, to));
    renameSync(new URL(`${name}.new`, to), new URL(name, to));
  }
  copyFileSync(new URL(`${family}/LICENSE_FONT`, from), new URL(`LICENSE-${family}.txt`, to));
}
console.log(`fonts copied to ${fileURLToPath(to)}`);
