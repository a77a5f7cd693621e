# syntax=docker/dockerfile:1
# Two images: `chroma`, a server for the vectors, and the last one, Dateline itself.
# docs/CONTAINER.md says how they are used; compose.yaml starts both.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# Nothing but what the locks name by its hash is installed.
COPY requirements-build.lock ./
RUN pip install --require-hashes --requirement requirements-build.lock
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/dateline \
    && pip --python /opt/dateline/bin/python install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY assistant assistant
COPY ingest ingest
COPY prompts prompts
COPY seeds seeds
RUN pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheel . \
    && pip --python /opt/dateline/bin/python install --no-index --no-deps wheel/*.whl

FROM chromadb/chroma:1.5.9 AS chroma
# A new volume takes its owner from here; the server's own image would have it be root's.
RUN install -d -o 10001 -g 10001 -m 0700 /data
USER 10001:10001
ENTRYPOINT ["chroma"]
CMD ["run", "--path", "/data", "--host", "0.0.0.0", "--port", "8000"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /api/v2/heartbeat HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q heartbeat <&3"]

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 dateline \
    && useradd --uid 10001 --gid dateline --no-create-home --home-dir /data --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline -m 0700 /data
COPY --from=build /opt/dateline /opt/dateline
# HOME is in the volume: an embedder's model, once fetched, is kept there. Without the limit on
# malloc's arenas, each of the many threads keeps memory of its own that it does not give back.
ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    HOME=/data \
    DATELINE_ARCHIVE=/data/archive
WORKDIR /dateline
USER 10001:10001
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
CMD ["dateline", "chat", "--host", "0.0.0.0", "--auth", "/data/users"]
