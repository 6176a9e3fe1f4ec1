// Asks the gateway for a shop's figures as JSON over HTTP (Connect protocol): node shop_figures.mjs URL TOKEN_FILE SHOP_ID
import { readFile } from "node:fs/promises";

const [url, tokenFile, shopId] = process.argv.slice(2);
if (!shopId) {
  console.error("usage: node shop_figures.mjs URL TOKEN_FILE SHOP_ID");
  process.exit(2);
}
const token = (await readFile(tokenFile, "utf8")).trim();
const response = await fetch(`${url}/kefu.performance.v1.PerformanceService/GetMetrics`, {
  method: "POST",
  headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Connect-Timeout-Ms": "10000" },
  body: JSON.stringify({ shopId }),
});
const answer = await response.json();
if (!response.ok) {
  console.error(`${answer.code}: ${answer.message}`);
  process.exit(1);
}
for (const row of answer.rows ?? []) {
  for (const value of row.values) console.log(value.metricId, value.value ?? "-");
}
