# The API as a service. The embedded PostgreSQL is for demos; here DATABASE_URL names a real one.
FROM python:3.13-slim AS built
WORKDIR /srv
COPY requirements.lock ./
RUN python -m venv /opt/rangkul \
 && /opt/rangkul/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /opt/rangkul/bin/pip install --no-cache-dir --no-index --no-build-isolation --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin rangkul
COPY --from=built /opt/rangkul /opt/rangkul
ENV PATH=/opt/rangkul/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /tmp
EXPOSE 8000
ENTRYPOINT ["rangkul"]
CMD ["serve", "--host", "0.0.0.0"]
