#!/bin/sh
# Fetches the explorer's ready-made files again, at the versions written here, by the npm client
# with whatever registry it is set to, and writes down what came. Look at `git diff` afterwards.
set -eu

GRAPHIQL=graphiql@3.8.3
REACT=react@18.3.1
REACT_DOM=react-dom@18.3.1

vendor="$(cd "$(dirname "$0")/.." && pwd)/api/static/vendor"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

take() { # take <package@version> <file in the package> <name here>
    name="${1%@*}"
    if [ ! -d "$name" ]; then
        archive="$(npm pack --silent "$1")"
        mkdir "$name"
        tar -xzf "$archive" -C "$name" --strip-components=1
        cp "$name/LICENSE" "$vendor/$name.LICENSE"
    fi
    cp "$name/$2" "$vendor/$3"
}

mkdir -p "$vendor"
take "$GRAPHIQL" graphiql.min.js graphiql.min.js
take "$GRAPHIQL" graphiql.min.css graphiql.min.css
take "$REACT" umd/react.production.min.js react.production.min.js
take "$REACT_DOM" umd/react-dom.production.min.js react-dom.production.min.js

cd "$vendor"
{
    echo "# Files of others"
    echo
    echo "Unchanged from their npm packages: $GRAPHIQL, $REACT, $REACT_DOM, all under the MIT"
    echo "licence (texts beside). graphiql.min.js contains further libraries under their own notices."
    echo "Fetched again by \`scripts/vendor_explorer.sh\`, which also writes this list."
    echo
    echo "| file | sha256 |"
    echo "|---|---|"
    for file in *.js *.css *.LICENSE; do
        echo "| $file | $(sha256sum "$file" | cut -d' ' -f1) |"
    done
} >README.md
