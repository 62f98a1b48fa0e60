// The one script of every page: makes `sunset.draw` and `sunset.upload` known to the app, then starts it.
import init, { hydrate } from "wasm-frontend/frontend.js";
import wasm from "wasm-frontend/frontend_bg.wasm";
import { draw } from "./chart.js";
import "./copy.js";
import { upload } from "./upload.js";

globalThis.sunset = { draw, upload };
await init({ module_or_path: wasm });
hydrate();
// From here on the page answers; browser tests wait for it.
document.documentElement.dataset.started = "";
