// An S3-compatible server for tests: s3rver, behind a door that checks what s3rver does not: each
// request's Signature Version 4, by AWS's description of it and held against AWS's own examples at
// the start, and the SHA-256 of the body.
//
//   node server.mjs MODULES FOLDER [KEY CERTIFICATE]
//
// MODULES holds node_modules with s3rver; FOLDER takes the data. Prints "listening PORT" once it
// serves bucket "kefu" to access key "kefu-key" with secret "kefu/secret+1" in region "eu-test-1".
// Ends with its standard input.
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import path from "node:path";

const account = { key: "kefu-key", secret: "kefu/secret+1", region: "eu-test-1" };

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const escaped = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
function signature(secret, { method, url, headers, signed, day, region }) {
  const [rawPath, rawQuery = ""] = url.split("?");
  const uri = rawPath.split("/").map((part) => escaped(decodeURIComponent(part))).join("/");
  const query = [...new URLSearchParams(rawQuery)]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join("&");
  const lines = signed.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`);
  const canonical = [method, uri, query, lines.join(""), signed.join(";"), headers["x-amz-content-sha256"]].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = ["s3", "aws4_request"].reduce(hmac, hmac(hmac("AWS4" + secret, day), region));
  return hmac(key, text).toString("hex");
}

function checkWithExamplesOfAws() {
  const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  const common = { day: "20130524", region: "us-east-1" };
  const host = "examplebucket.s3.amazonaws.com";
  const get = signature(secret, {
    ...common,
    method: "GET",
    url: "/test.txt",
    signed: ["host", "range", "x-amz-content-sha256", "x-amz-date"],
    headers: { host, range: "bytes=0-9", "x-amz-content-sha256": sha256(""), "x-amz-date": "20130524T000000Z" },
  });
  const put = signature(secret, {
    ...common,
    method: "PUT",
    url: "/test%24file.text",
    signed: ["date", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-storage-class"],
    headers: {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      host,
      "x-amz-content-sha256": sha256("Welcome to Amazon S3."),
      "x-amz-date": "20130524T000000Z",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    },
  });
  if (
    get !== "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" ||
    put !== "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
  ) {
    throw new Error(`not as AWS signs: ${get} ${put}`);
  }
}

// What is wrong with the request, as S3 names it; "" when it is in order.
function fault(request, body) {
  const form = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const found = form.exec(request.headers.authorization ?? "");
  if (!found) return "AccessDenied";
  const [, key, day, region, names, given] = found;
  const signed = names.split(";");
  if (key !== account.key) return "InvalidAccessKeyId";
  if (region !== account.region || !(request.headers["x-amz-date"] ?? "").startsWith(day))
    return "AuthorizationHeaderMalformed";
  const must = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  if (must.some((name) => !signed.includes(name))) return "AccessDenied";
  const { method, url, headers } = request;
  if (signature(account.secret, { method, url, headers, signed, day, region }) !== given)
    return "SignatureDoesNotMatch";
  return sha256(body) === headers["x-amz-content-sha256"] ? "" : "XAmzContentSHA256Mismatch";
}

checkWithExamplesOfAws();
const [modules, folder, keyFile, certificateFile] = process.argv.slice(2);
const S3rver = createRequire(path.resolve(modules, "package.json"))("s3rver");
const inner = await new S3rver({
  directory: folder,
  address: "127.0.0.1",
  port: 0,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: "kefu" }],
}).run();

async function answer(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const code = fault(request, body);
  if (code) {
    response.writeHead(403, { "Content-Type": "application/xml" });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    return;
  }
  // s3rver has an account of its own.
  const authorization = request.headers.authorization.replace(account.key, "S3RVER");
  const forward = http.request(
    {
      host: "127.0.0.1",
      port: inner.port,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, authorization },
    },
    (result) => {
      response.writeHead(result.statusCode, result.headers);
      result.pipe(response);
    },
  );
  forward.end(body);
}

const options = keyFile ? { key: readFileSync(keyFile), cert: readFileSync(certificateFile) } : {};
const door = (keyFile ? https : http).createServer(options, (request, response) => {
  answer(request, response).catch(() => response.destroy());
});
door.listen(0, "127.0.0.1", () => console.log(`listening ${door.address().port}`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
