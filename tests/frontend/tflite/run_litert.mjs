// Runs a TFLite model by TFLite itself: LiteRT as WebAssembly, out of the npm package
// @litertjs/core. Its API wants a browser; the WebAssembly behind it does not, and is called here.
//
//   node run_litert.mjs LITERT_FOLDER MODEL.tflite INPUT OUTPUT [SIGNATURE]
//
// LITERT_FOLDER has litert_wasm_compat_internal.js and .wasm. INPUT are the bytes of the only input
// tensor; OUTPUT becomes those of all outputs, one behind the other. A line of stdout for each
// output: its name, its type's number and its dimensions.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const kName = 'litert_wasm_compat_internal';

// What the runtime complains of; it gives zeros where it fails.
const errors = [];

async function load(folder) {
  // A script for browsers that, where it sees Node, asks for Node's modules.
  const script = readFileSync(join(folder, kName + '.js'), 'utf8');
  const factory = new Function('require', '__filename', '__dirname',
                               script + '\nreturn ModuleFactory;')(
      createRequire(import.meta.url), join(folder, kName + '.js'), folder);
  return factory({
    wasmBinary: readFileSync(join(folder, kName + '.wasm')),
    print: () => {},
    printErr: (line) => {
      if (line.startsWith('ERROR')) errors.push(line);
    },
  });
}

function numbers(vector) {
  return Array.from({ length: vector.size() }, (_, i) => vector.get(i));
}

function bufferOf(wasm, environment, type, bytes) {
  if (type.bytes() !== bytes.length) {
    throw new Error(`the input has ${type.bytes()} bytes, given ${bytes.length}`);
  }
  const buffer = wasm.LiteRtTensorBuffer.createManaged(
      environment, wasm.LiteRtTensorBufferType.HOST_MEMORY, type, bytes.length);
  const at = buffer.lock(wasm.LiteRtTensorBufferLockMode.WRITE);
  wasm.HEAPU8.set(bytes, at);
  buffer.unlock();
  return buffer;
}

function bytesOf(wasm, buffer) {
  const at = buffer.lock(wasm.LiteRtTensorBufferLockMode.READ);
  const bytes = wasm.HEAPU8.slice(at, at + buffer.packedSize());
  buffer.unlock();
  return bytes;
}

async function main([folder, modelFile, inputFile, outputFile, signatureKey]) {
  const wasm = await load(folder);
  const environment = wasm.LiteRtEnvironment.create(null);
  const model = readFileSync(modelFile);
  const at = wasm._malloc(model.length);
  wasm.HEAPU8.set(model, at);
  const loaded = wasm.loadModel(environment, at, model.length);
  const compiled = await wasm.compileModel(environment, loaded, {
    environment,
    accelerator: 'wasm',
    cpuOptions: { numThreads: 1 },
    gpuOptions: {},
    webNNOptions: {},
  });

  let signature = 0;
  const keys = Array.from({ length: loaded.getNumSignatures() },
                          (_, i) => loaded.getSignature(i).key());
  if (signatureKey) signature = keys.indexOf(signatureKey);
  if (signature < 0) throw new Error(`no signature ${signatureKey}; there are ${keys}`);
  const input =
      bufferOf(wasm, environment, loaded.getInputTensorType(signature, 0), readFileSync(inputFile));
  const outputs = await compiled.run(signature, [input]);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const names = numbers(loaded.getSignature(signature).outputNames());
  outputs.forEach((output, i) => {
    const type = output.tensorType();
    console.log(names[i], type.elementType().value, numbers(type.layout().dimensions()).join('x'));
  });
  writeFileSync(outputFile, Buffer.concat(outputs.map((output) => bytesOf(wasm, output))));
}

main(process.argv.slice(2)).then(() => process.exit(0), (error) => {
  console.error(String(error?.message ?? error));
  process.exit(1);
});
