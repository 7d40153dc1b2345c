# The product as one image: every worker, the migration and the command line run from it.
# bookworm, not Alpine: the Temporal SDK's native part needs glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The build belongs to the image alone; what it needed of development goes again, ffmpeg and ffprobe stay.
# ffprobe's package makes it executable for the user who installs it; here another user runs it.
RUN npm run build \
 && npm prune --omit=dev --no-audit --no-fund \
 && chmod a+x node_modules/@ffprobe-installer/*/ffprobe

FROM node:24-bookworm-slim
# bubblewrap and util-linux (unshare, setpriv, prlimit, flock) confine the decoders, see docs/deployment.md.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap util-linux ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 onceflow \
 && useradd --uid 10001 --gid onceflow --home-dir /var/lib/onceflow --create-home onceflow
WORKDIR /app
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /src/bin ./bin
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
# The last two are config/worker-memory.ts.
ENV NODE_ENV=production \
    ONCEFLOW_DATA_DIRECTORY=/var/lib/onceflow \
    ONCEFLOW_ROOTS=/data \
    NODE_OPTIONS=--max-semi-space-size=4 \
    MALLOC_ARENA_MAX=2
USER onceflow
VOLUME /var/lib/onceflow
ENTRYPOINT ["node", "/app/bin/onceflow.mjs"]
CMD ["--help"]
