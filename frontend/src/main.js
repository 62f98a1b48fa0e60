// The one script of every page: makes `sunset.draw` known to the app, then starts it.
import init, { hydrate } from "wasm-frontend/frontend.js";
import wasm from "wasm-frontend/frontend_bg.wasm";
import { draw } from "./chart.js";

globalThis.sunset = { draw };
await init({ module_or_path: wasm });
hydrate();
