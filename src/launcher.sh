#!/bin/sh
# dist/awsp.sh: starts the program with the Node that built it, else with the one in PATH. The shims call it where PATH has no
# node (nvm may load it late), or one that chooses a version for each folder and may find none there (nodenv, asdf, mise).
# Everywhere else they start Node themselves: some sh hand on no variable whose name they do not know, such as "a.b".

folder=${0%/*}
# Written by the build. The npm package has none: npm has put it below its own Node.
IFS= read -r node 2>/dev/null <"$folder/node-path" || node=$folder/@NODE_OF_PACKAGE@
[ -x "$node" ] || node=node
if ! command -v "$node" >/dev/null; then
  echo 'awsp: needs Node @NODE@ or later; node is not in PATH' >&2
  exit 1
fi
exec "$node" "$folder/awsp.cjs" "$@"
