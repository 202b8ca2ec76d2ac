#!/bin/bash
# @@DESCRIPTION@@: leaves all work to a unit, because user data runs once and a unit at every boot.
set -euo pipefail
install -d -m 0755 /etc/kubestep /usr/local/lib/kubestep
cat > /etc/kubestep/pinned << 'end of file'
REGION=@@REGION@@
NODE_API=@@NODE_API@@
BUNDLE=@@BUNDLE@@
end of file
cat > /usr/local/lib/kubestep/fetch-bundle << 'end of file'
# @@FETCH_BUNDLE@@
end of file
chmod 0755 /usr/local/lib/kubestep/fetch-bundle
cat > /etc/systemd/system/kubestep-boot.service << 'end of file'
# @@BOOT_UNIT@@
end of file
systemctl daemon-reload
systemctl enable kubestep-boot.service
systemctl start --no-block kubestep-boot.service
