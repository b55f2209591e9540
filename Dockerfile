# The monitor in an image: nothing in it is writable but /data and /tmp, and it runs as nobody in particular.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /build
COPY requirements-build.lock requirements.lock ./
# Two dependencies come as sources only: they are built here, with locked tools that stay out of the image.
RUN python -m venv tools \
    && tools/bin/pip install --quiet --require-hashes --requirement requirements-build.lock \
    && tools/bin/pip wheel --quiet --no-build-isolation --require-hashes --requirement requirements.lock --wheel-dir wheels \
    && python -m venv --without-pip /opt/monitor \
    && tools/bin/pip --python /opt/monitor/bin/python install --quiet --no-deps wheels/*.whl
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY migrations migrations
COPY monitor monitor
RUN tools/bin/pip wheel --quiet --no-build-isolation --no-deps --wheel-dir program . \
    && tools/bin/pip --python /opt/monitor/bin/python install --quiet --no-deps program/*.whl

FROM ${BASE}
RUN useradd --uid 10001 --user-group --home-dir /data --create-home --shell /usr/sbin/nologin monitor
COPY --from=build /opt/monitor /opt/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib
USER 10001:10001
# Where nothing else is said, the database is monitor.db in this folder.
WORKDIR /data
VOLUME /data
# Restarting a sick container is the supervisor's business; this only says how it is.
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["monitor", "healthcheck"]
ENTRYPOINT ["monitor"]
CMD ["--help"]
