FROM node:22-slim AS build
WORKDIR /app
# Dependencies first: this layer is made anew only when they change. Their install scripts are not needed: the native part of
# @node-rs/argon2 comes ready as an optional dependency.
COPY package.json package-lock.json ./
COPY server/package.json server/
RUN npm ci --ignore-scripts
COPY server/tsconfig.json server/tsconfig.build.json server/
COPY server/src server/src
COPY server/migrations server/migrations
RUN npm run build --workspace server && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production FOYER_DATA=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/server/dist server/dist
COPY LICENSE NOTICE ./
COPY server/package.json server/
COPY server/bin server/bin
COPY server/assets server/assets
COPY server/migrations server/migrations
RUN ln -s /app/server/bin/foyer.js /usr/local/bin/foyer && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A larger young generation spares a busy server a sixth of its work (docs/performance.md).
CMD ["node", "--max-semi-space-size=32", "server/bin/foyer.js", "serve"]
