int noLicense; // line 1: BAD license-header
