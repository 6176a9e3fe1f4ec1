"""Signing key and tokens of a local suite, made by kefu-token."""

import os

from processes import Child, Failure

KEY_ID = "local"
TOKEN_LIFETIME = "720h"
SECONDS = 30

# name of the token -> arguments of `kefu-token sign`; a new token is signed at every start
TOKENS = {
    "owner": ["--sub", "local-owner", "--org", "demo", "--role", "owner"],
    "service": ["--sub", "local-suite", "--role", "service"],  # a process of the suite: of no organization
}


class Credentials:
    """secrets/keys holds the private key and public/ with the public one; secrets/NAME.token the tokens, all 0600."""

    def __init__(self, workspace, guard, wait, bin_folder):
        self._workspace = workspace
        self._guard = guard
        self._wait = wait
        self._program = os.path.join(bin_folder, "kefu-token")
        self.folder = workspace.file("secrets", "keys")
        self.public_keys = os.path.join(self.folder, "public")

    def token_file(self, name):
        return self._workspace.file("secrets", name + ".token")

    def make(self):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        private_key = os.path.join(self.folder, KEY_ID + ".key")
        if not os.path.exists(private_key):
            self._run("keygen", "--alg", "ES256", "--kid", KEY_ID, "--dir", self.folder)
        for name, arguments in TOKENS.items():
            token = self._run("sign", "--key", private_key, "--ttl", TOKEN_LIFETIME, *arguments)
            self._workspace.write_private(self.token_file(name), token)

    def _run(self, *arguments):
        log = self._workspace.log("kefu-token")
        output = self._workspace.write_private(self._workspace.file("run", "kefu-token.out"), "")
        try:
            with open(output, "r+", encoding="utf-8") as stdout:
                child = Child(self._guard, "kefu-token", [self._program, *arguments], log=log, stdout=stdout)
                self._wait(lambda: child.ended() is not None, SECONDS, "kefu-token")
                if child.ended() != 0:
                    raise Failure(f"kefu-token {arguments[0]}: {child.how_it_ended()}", log)
                stdout.seek(0)  # the child wrote through the same file offset
                return stdout.read()
        finally:
            os.unlink(output)
