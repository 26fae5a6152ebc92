# One image for every service: the command chooses, as in `docker run halobus connector` or `docker run halobus halobus lag`.
# BASE: any Python 3.13 on a glibc system, so that the image can be built where no public registry is reached.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
COPY deploy/image/runtime.lock deploy/image/build.lock ./
RUN python -m venv /opt/halobus && /opt/halobus/bin/pip install --quiet --require-hashes -r runtime.lock
RUN python -m venv /opt/build && /opt/build/bin/pip install --quiet --require-hashes -r build.lock
# Node has authorities of its own; these are the machine's, for a registry behind a proxy.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PATH=/opt/build/bin:$PATH
COPY services/wizard-api/web/package.json services/wizard-api/web/package-lock.json services/wizard-api/web/.npmrc services/wizard-api/web/
RUN npm --prefix services/wizard-api/web --silent ci
COPY pyproject.toml README.md ./
COPY shared shared
COPY services services
RUN npm --prefix services/wizard-api/web --silent run build
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/halobus/bin/pip install --quiet --no-deps --no-index /dist/*.whl \
 && /opt/halobus/bin/pip uninstall --quiet --yes pip \
 && /opt/halobus/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/halobus/lib

FROM ${BASE} AS halobus
ARG VERSION=dev
LABEL org.opencontainers.image.title="halobus" \
      org.opencontainers.image.description="Halo PSA to MongoDB over Kafka: connector, consumers and the set-up wizard" \
      org.opencontainers.image.version="${VERSION}"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin halobus \
 && mkdir -p /keys/connector /keys/wizard-api && chown -R halobus:halobus /keys
COPY --from=build /opt/halobus /opt/halobus
ENV PATH=/opt/halobus/bin:$PATH PYTHONUNBUFFERED=1 HALOBUS_HTTP_HOST=0.0.0.0 HALOBUS_HTTP_PORT=8080 HALOBUS_BUILD=${VERSION}
USER 10001
EXPOSE 8080
# A bare socket, since this runs every few seconds for ever: it costs about half of what urllib does. Patient, for a busy
# machine takes seconds to start a probe: a stack that is only slow must not count as broken.
HEALTHCHECK --interval=5s --timeout=10s --start-period=120s --retries=6 \
  CMD ["python", "-ISc", "import os, socket; c = socket.create_connection(('127.0.0.1', os.environ['HALOBUS_HTTP_PORT']), 2); c.sendall(b'GET /readyz HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in c.recv(20))"]
ENTRYPOINT ["python", "-m"]
CMD ["halobus", "--help"]

# The Halo simulator, for the demo and for tests of the image: never part of the image above.
FROM halobus AS simulator
COPY tests/halo_simulator /opt/simulator/halo_simulator
ENV PYTHONPATH=/opt/simulator
HEALTHCHECK --interval=5s --timeout=10s --start-period=120s --retries=6 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/api/authinfo', timeout=2)"]
CMD ["halo_simulator", "--host", "0.0.0.0", "--port", "8080", "--size", "medium"]

FROM halobus
