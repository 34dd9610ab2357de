"""Tables from elsewhere and for elsewhere: read whole or refused, imported all or nothing."""
