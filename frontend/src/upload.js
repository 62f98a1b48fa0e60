// Sends files to the server. What a browser can do and wasm cannot do better: walk dropped folders, stream from disk.

/**
 * Sends what was dropped (a DataTransfer) or picked (a file input). `report(kind, text, sent, total, ms)` hears of it:
 * kind is "progress", "done" (text: the report's address), "failed" (text: why) or "stopped". Answers how to stop it.
 */
export function upload(source, report) {
  const request = new XMLHttpRequest();
  const begun = performance.now();
  const failed = (why) => report("failed", why, 0, 0, 0);
  let stopped = false;

  const done = () => removeEventListener("beforeunload", askBeforeLeaving);
  addEventListener("beforeunload", askBeforeLeaving);
  report("progress", "", 0, 0, 0);

  request.upload.onprogress = ({ loaded, total }) => report("progress", "", loaded, total, performance.now() - begun);
  request.onload = () => {
    const answer = parse(request.responseText);
    if (request.status === 202 && answer.url) report("done", answer.url, 0, 0, 0);
    else failed(answer.detail ?? answer.title ?? `The server refused the files (status ${request.status}).`);
  };
  request.onerror = () => failed("The connection to the server was lost before everything was sent. Send the files again.");
  request.onabort = () => report("stopped", "", 0, 0, 0);
  request.onloadend = done;

  files(source).then((all) => {
    if (stopped) return;
    if (all.length === 0) {
      done();
      failed("There is no file in what you chose.");
      return;
    }
    const form = new FormData();
    for (const { name, file } of all) form.append("file", file, name);
    request.open("POST", "/api/v1/uploads");
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  }).catch((error) => {
    done();
    failed(`The files could not be read: ${error.message}`);
  });

  return () => {
    stopped = true;
    if (request.readyState === XMLHttpRequest.UNSENT) {
      done();
      report("stopped", "", 0, 0, 0);
    } else request.abort();
  };
}

function askBeforeLeaving(event) {
  event.preventDefault();
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** All files, with their paths below what was dropped or picked. */
async function files(source) {
  if (source instanceof DataTransfer) {
    // Entries are gone after the first await, so all are taken at once.
    const entries = [...source.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const nested = await Promise.all(entries.map(walk));
    return nested.flat();
  }
  return [...source.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ name: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const found = [];
  // A reader gives its entries in batches; an empty one is the last.
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found.flat();
    for (const child of batch) found.push(await walk(child));
  }
}
