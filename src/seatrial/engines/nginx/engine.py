"""NGINX: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

_CONFIG = """\
daemon off;
pid {dir}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  server {
    listen {address}:{port};
    location / { stub_status; }
  }
}
"""

ENGINE = Engine(
    name="nginx",
    title="NGINX",
    programs=("nginx",),
    version=VersionProbe(argv=("nginx", "-v"), pattern=r"nginx/(\d+(?:\.\d+)+)"),
    minimum="1.18",
    sources=(Debian(packages=("nginx",), programs={"nginx": "usr/sbin/nginx"}),),
    start=StartCheck(
        argv=("nginx", "-p", "{dir}", "-e", "stderr", "-c", "{dir}/nginx.conf"),
        files={"nginx.conf": _CONFIG},
    ),
    image="docker.io/library/nginx",
    tag="1.28",
    docs="https://nginx.org/en/docs/",
)
